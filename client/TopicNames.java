package client;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Finds the topic that a misspelt name was meant for. Stateless.
 *
 * <p>Two names are similar if they differ only in capitals, in separators, or by a typing error in one part. The
 * separators of parts are {@code . _ -}. A typing error is one letter too many, too few or wrong, or letters in another
 * order. A long part may have two such errors. Names that differ only in digits, or in the last letter of a part, are
 * numbered, not misspelt: team1, team2, or teamA, teamB. Parts of one or two letters are never misspelt.
 */
final class TopicNames {
    private static final Pattern LEGAL = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");
    private static final Pattern SEPARATOR = Pattern.compile("[._-]");

    /** Digits, and a capital after a small letter at the end of a part. */
    private static final Pattern COUNTER = Pattern.compile("[0-9]|(?<=[a-z])[A-Z](?=[0-9]*([._-]|$))");

    private static final int MIN_LETTERS = 3;

    /** From this length on, a part may have two errors. */
    private static final int LONG_PART = 8;

    private TopicNames() {}

    /** Whether a broker accepts the name. */
    static boolean isLegal(String name) {
        return LEGAL.matcher(name).matches();
    }

    /** The known name that is most similar to the wanted one; null if none is similar. */
    static String similar(String wanted, Collection<String> known) {
        return known.stream()
                .filter(name -> isSimilar(wanted, name))
                .min(Comparator.comparingInt((String name) -> distance(wanted, name))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse(null);
    }

    private static boolean isSimilar(String wanted, String known) {
        String wantedLetters = unnumbered(wanted);
        String knownLetters = unnumbered(known);
        if (wanted.equalsIgnoreCase(known)) {
            return true;
        } else if (wantedLetters.equals(knownLetters) || wantedLetters.isEmpty() || knownLetters.isEmpty()) {
            return false;
        }
        String[] wantedParts = SEPARATOR.split(wantedLetters);
        String[] knownParts = SEPARATOR.split(knownLetters);
        if (wantedParts.length > 0 && String.join("", wantedParts).equals(String.join("", knownParts))) {
            return true; // only the separators differ
        } else if (wantedParts.length != knownParts.length) {
            return false;
        }
        int[] different = IntStream.range(0, wantedParts.length)
                .filter(i -> !wantedParts[i].equals(knownParts[i]))
                .toArray();
        return different.length == 1 && isMisspelt(wantedParts[different[0]], knownParts[different[0]]);
    }

    private static boolean isMisspelt(String wanted, String known) {
        if (wanted.regionMatches(0, known, 0, wanted.length() - 1) && wanted.length() == known.length()) {
            return false; // teama, teamb
        }
        int length = Math.min(wanted.length(), known.length());
        int errors = distance(wanted, known);
        return length >= MIN_LETTERS
                && (errors <= (length < LONG_PART ? 1 : 2) || (errors == 2 && isAnagram(wanted, known)));
    }

    private static boolean isAnagram(String a, String b) {
        return a.chars()
                .sorted()
                .boxed()
                .toList()
                .equals(b.chars().sorted().boxed().toList());
    }

    /**
     * The name in small letters, without the digits and letters that number related topics: {@code team} for team12 and
     * for teamB.
     */
    private static String unnumbered(String name) {
        return COUNTER.matcher(name).replaceAll("").toLowerCase(Locale.ROOT);
    }

    /** How many letters to insert, remove or replace, or neighbours to swap (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], 1 + d[i - 2][j - 2]);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
