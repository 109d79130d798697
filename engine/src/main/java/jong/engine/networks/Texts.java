package jong.engine.networks;

import java.util.List;

/** Texts in the shapes that dockerd gives them. */
final class Texts {

    private Texts() {}

    /** Several errors as a list; one as it is. */
    static String joined(List<String> errors) {
        return errors.size() == 1
                ? errors.getFirst()
                : String.join("\n", errors.stream().map(error -> "* " + error).toList());
    }
}
