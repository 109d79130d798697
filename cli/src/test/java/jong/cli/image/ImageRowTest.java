package jong.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import jong.wire.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The rows that docker's client 28.2.2 shows of an image. */
class ImageRowTest {

    private static final JsonObject IMAGE =
            new JsonObject()
                    .with("RepoTags", List.of("app:v1", "app:v2"))
                    .with("RepoDigests", List.of("app@sha256:1", "lib@sha256:2", "lib@sha256:3"));

    @Test
    void repositoriesWithDigestsOnlyHaveOneRow() {
        assertThat(rows(IMAGE, false))
                .containsExactly("app v1 <none>", "app v2 <none>", "lib <none> ");
        assertThat(rows(IMAGE, true))
                .containsExactly(
                        "app v1 sha256:1",
                        "app v2 sha256:1",
                        "lib <none> sha256:2",
                        "lib <none> sha256:3");
    }

    @Test
    void imagesWithoutNamesHaveARow() {
        assertThat(rows(new JsonObject(), true)).containsExactly("<none> <none> <none>");
    }

    private static List<String> rows(JsonObject image, boolean digests) {
        List<ImageRow> rows = new ArrayList<>();
        ImageRow.add(rows, image, new ImageRow.Options(false, digests));
        return rows.stream()
                .map(row -> row.repository() + " " + row.tag() + " " + row.digest())
                .toList();
    }
}
