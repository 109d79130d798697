package jong.engine.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import jong.api.Filters;
import jong.manager.images.Image;
import jong.oci.Descriptor;
import jong.oci.Digest;
import jong.oci.MediaTypes;
import jong.oci.image.ImageConfig;
import jong.oci.reference.Reference;
import org.junit.jupiter.api.Test;

/** Which images a list has, and under which names. */
class ImageFilterTest {

    private static final byte[] CONFIG =
            """
            {"architecture":"amd64","os":"linux","config":{},
             "rootfs":{"type":"layers","diff_ids":[]}}
            """
                    .getBytes(UTF_8);

    private static final Digest ID = Digest.sha256(CONFIG);

    @Test
    void anImageIsShownUnderTheNamesThatWereAskedFor() {
        checkShown("", "app:v1", "app:v2", "lib:v1");
        checkShown("app", "app:v1", "app:v2");
        checkShown("app:v2", "app:v2");
        checkShown("*:v1", "app:v1", "lib:v1");
        checkShown("other");
    }

    @Test
    void whatOnlyADigestNamesIsDanglingAndIsNot() {
        Image digested = image().withNames(List.of(), List.of(Reference.parse("app@" + ID)));
        Image nameless = image().withNames(List.of(), List.of());
        assertThat(isListed("true", digested)).isTrue();
        assertThat(isListed("false", digested)).isTrue();
        assertThat(isListed("true", nameless)).isTrue();
        assertThat(isListed("false", nameless)).isFalse();
        assertThat(isListed("true", image())).isFalse();
        assertThat(isListed("false", image())).isTrue();
    }

    private static boolean isListed(String dangling, Image image) {
        Filters filters = Filters.NONE.with("dangling", dangling);
        return ImageFilter.forList(filters, _ -> image, Instant.EPOCH).matches(image);
    }

    private static void checkShown(String pattern, String... expected) {
        Filters filters =
                pattern.isEmpty() ? Filters.NONE : Filters.NONE.with("reference", pattern);
        var filter = ImageFilter.forList(filters, _ -> image(), Instant.EPOCH);
        assertThat(filter.matches(image())).isEqualTo(expected.length > 0);
        assertThat(filter.shown(image()).tags())
                .extracting(Reference::familiarString)
                .containsExactly(expected);
    }

    private static Image image() {
        return new Image(
                ID,
                ImageConfig.parse(CONFIG),
                Descriptor.of(MediaTypes.OCI_MANIFEST, ID, CONFIG.length),
                Stream.of("app:v1", "app:v2", "lib:v1").map(Reference::parse).toList(),
                List.of(),
                0,
                0,
                "");
    }
}
