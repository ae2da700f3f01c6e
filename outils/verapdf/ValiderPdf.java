import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.core.VeraPDFException;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Valide des PDF par veraPDF : ValiderPdf NORMES FICHIER…, où NORMES est par exemple « 3a,ua1 ». */
public final class ValiderPdf {
    private static final PrintStream SORTIE = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            SORTIE.println("Usage : ValiderPdf NORMES FICHIER…");
            System.exit(2);
        }
        VeraGreenfieldFoundryProvider.initialise();
        boolean conforme = true;
        for (int i = 1; i < arguments.length; i++) {
            for (String norme : arguments[0].split(",")) {
                conforme &= valider(arguments[i], norme);
            }
        }
        System.exit(conforme ? 0 : 1);
    }

    /** Une ligne par fichier et par norme, puis une ligne par règle enfreinte. */
    private static boolean valider(String fichier, String norme) throws Exception {
        PDFAFlavour version = PDFAFlavour.byFlavourId(norme);
        if (version == PDFAFlavour.NO_FLAVOUR) {
            SORTIE.println("Norme inconnue : " + norme);
            System.exit(2);
        }
        try (InputStream contenu = new FileInputStream(fichier);
                PDFAParser lecteur = Foundries.defaultInstance().createParser(contenu, version)) {
            ValidationResult resultat =
                    Foundries.defaultInstance().createValidator(version, false).validate(lecteur);
            boolean conforme = resultat.isCompliant() && resultat.getTotalAssertions() > 0;
            SORTIE.printf(
                    "%-13s %-4s %s (%d vérifications)%n",
                    conforme ? "CONFORME" : "NON CONFORME", norme, fichier, resultat.getTotalAssertions());
            regles(resultat).values().forEach(SORTIE::println);
            return conforme;
        } catch (IOException | VeraPDFException erreur) {
            SORTIE.printf("ILLISIBLE     %-4s %s : %s%n", norme, fichier, erreur.getMessage());
            return false;
        }
    }

    private static Map<String, String> regles(ValidationResult resultat) {
        Map<String, String> regles = new TreeMap<>();
        for (TestAssertion essai : resultat.getTestAssertions()) {
            if (essai.getStatus() == TestAssertion.Status.FAILED) {
                String regle = essai.getRuleId().getClause() + "-" + essai.getRuleId().getTestNumber();
                String message = essai.getMessage().replaceAll("\\s+", " ");
                regles.putIfAbsent(
                        regle, "    " + regle + " : " + message + " @ " + essai.getLocation().getContext());
            }
        }
        return regles;
    }
}
