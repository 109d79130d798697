package jong.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What podman's manual says of {@code idmap}, and what user_namespaces(7) says of maps. */
final class IdMapTest {

    @Test
    void rangesAreFileThenContainerThenCount() {
        IdMap map = IdMap.parse("uids=0-1-10#10-11-10;gids=0-100-10", false);
        assertThat(map.uids()).containsExactly(new IdRange(0, 1, 10), new IdRange(10, 11, 10));
        assertThat(map.gids()).containsExactly(new IdRange(0, 100, 10));
        assertThat(map.uids().getFirst().line()).isEqualTo("0 1 10\n");
        assertThat(Json.write(map.json()))
                .isEqualTo(
                        "{\"UIDMappings\":[{\"ContainerID\":0,\"HostID\":1,\"Size\":10},"
                                + "{\"ContainerID\":10,\"HostID\":11,\"Size\":10}],"
                                + "\"GIDMappings\":[{\"ContainerID\":0,\"HostID\":100,\"Size\":10}]}");
    }

    @Test
    void oneKindAloneIsForBoth() {
        assertThat(IdMap.parse("gids=5-0-1", true))
                .isEqualTo(IdMap.parse("uids=5-0-1;gids=5-0-1", true));
        assertThat(IdMap.of(json("{'UIDMappings':[{'ContainerID':5,'HostID':0,'Size':1}]}")))
                .isEqualTo(IdMap.parse("uids=5-0-1", false));
    }

    @Test
    void objectComesBack() {
        IdMap map = IdMap.parse("uids=0-4294967294-1#7-7-3;gids=0-0-4294967295", true);
        assertThat(IdMap.of(map.json())).isEqualTo(map);
        assertThat(IdMap.NONE.json()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "uids",
                "uids=",
                "gids=;uids=1-0-1",
                "uids=1-0",
                "uids=1-0-1-1",
                "uids=1-0-1;",
                "uids=1-0-1#",
                "uids=1--1",
                "uids=a-0-1",
                "uids= 1-0-1",
                "uids=+1-0-1",
                "uids=0x1-0-1",
                "uids=99999999999-0-1",
                "uids=١-0-1",
                "uid=1-0-1",
                "true",
                "uids=1:0:1",
                "uids=1-0-1;uids=1-0-1",
                "UIDS=1-0-1",
                "uids=1-0-1,gids=1-0-1"
            })
    void otherTextsAreRefusedWithTheForm(String text) {
        assertThatThrownBy(() -> IdMap.parse(text, false))
                .isInstanceOf(InvalidArgument.class)
                .hasMessageContaining("idmap")
                .hasMessageContaining("want ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uids=1-0-0 | invalid range 1-0-0 of idmap: maps no id",
                "uids=4294967295-0-1 | range 4294967295-0-1 of idmap: ids are 0 to 4294967294",
                "uids=0-4294967290-6 | range 0-4294967290-6 of idmap: ids are 0 to 4294967294",
                "uids=0-1-4294967295 | range 0-1-4294967295 of idmap: ids are 0 to 4294967294",
                "uids=0-0-10#9-20-1 | uids of the files overlap in idmap: 0-0-10 and 9-20-1",
                "uids=1-0-1;gids=5-3-1#0-0-4 | gids in the container overlap in idmap: 0-0-4 and 5-3-1",
                "uids=@1-0-1 | invalid range @1-0-1 of idmap: @ is relative to the container's user",
                "gids=0-0-1;'' | invalid part ''",
            },
            quoteCharacter = '`')
    void wrongNumbersAreTold(String text, String reason) {
        assertThatThrownBy(() -> IdMap.parse(text, false)).hasMessageContaining(reason);
    }

    @Test
    void idsOfTheContainerAreFoundInTheFileSystem() {
        IdMap map = IdMap.parse("uids=1000-0-1#5000-10-3;gids=7-4294967294-1", false);
        assertThat(map.fileUid(0)).hasValue(1000);
        assertThat(map.fileUid(1)).isEmpty();
        assertThat(map.fileUid(9)).isEmpty();
        assertThat(map.fileUid(12)).hasValue(5002);
        assertThat(map.fileUid(13)).isEmpty();
        assertThat(map.fileGid(4294967294L)).hasValue(7);
        assertThat(map.fileGid(0)).isEmpty();
    }

    @Test
    void rangesThatOnlyTouchAreFine() {
        assertThat(IdMap.parse("uids=0-0-10#10-10-5#4294967294-15-1", false).uids()).hasSize(3);
    }

    @Test
    void noRangesAreThoseOfAUserNamespaceThatIsNotThere() {
        for (JsonObject empty : List.of(json("{}"), json("{'UIDMappings':[]}"))) {
            assertThatThrownBy(() -> IdMap.of(empty)).hasMessageContaining("there is none");
        }
        assertThatThrownBy(() -> IdMap.parse("", false)).hasMessageContaining("there is none");
    }

    @Test
    void asManyRangesAsTheKernelTakes() {
        assertThat(IdMap.parse(single(340), false).uids()).hasSize(340);
        assertThatThrownBy(() -> IdMap.parse(single(341), false))
                .hasMessage("too many uids in idmap: 341 ranges, the kernel takes 340");
        String large =
                IntStream.range(0, 200)
                        .mapToObj(i -> "%d-%d-1".formatted(4_000_000_000L + i, 3_000_000_000L + i))
                        .collect(Collectors.joining("#", "uids=", ""));
        assertThatThrownBy(() -> IdMap.parse(large, false))
                .hasMessage("too many uids in idmap: 4800 bytes, the kernel takes 4095");
    }

    private static String single(int ranges) {
        return IntStream.range(0, ranges)
                .mapToObj(i -> i + "-" + i + "-1")
                .collect(Collectors.joining("#", "uids=", ""));
    }

    @Test
    void anyTextIsReadOrRefusedAndWhatIsReadMapsEachIdOnce() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int read = 0;
        for (int round = 0; round < 20_000; round++) {
            String text = text(random);
            try {
                IdMap map = IdMap.parse(text, false);
                assertThat(IdMap.parse(map.toString(), false)).as(text).isEqualTo(map);
                assertThat(IdMap.of(map.json())).as(text).isEqualTo(map);
                assertOneToOne(text, map.uids());
                assertOneToOne(text, map.gids());
                read++;
            } catch (InvalidArgument e) {
                assertThat(e.getMessage()).as("seed %d: %s", seed, text).contains("idmap");
            }
        }
        assertThat(read).as("seed %d", seed).isBetween(1_000, 19_000);
    }

    /** Mostly well-formed, with small numbers that often overlap, and some of it broken. */
    private static String text(Random random) {
        var text = new StringBuilder();
        for (String kind : List.of("uids=", ";gids=")) {
            text.append(kind);
            int ranges = 1 + random.nextInt(3);
            for (int i = 0; i < ranges; i++) {
                text.append(i == 0 ? "" : "#").append(random.nextInt(40)).append('-');
                text.append(random.nextInt(40)).append('-').append(random.nextInt(5));
            }
        }
        for (int i = random.nextInt(3); i > 1; i--) {
            int at = random.nextInt(text.length());
            text.setCharAt(at, "0-#;@=,x:\u0660".charAt(random.nextInt(10)));
        }
        return text.toString();
    }

    private static void assertOneToOne(String text, List<IdRange> ranges) {
        List<Long> files = new ArrayList<>();
        List<Long> containers = new ArrayList<>();
        for (IdRange range : ranges) {
            assertThat(range.count()).as(text).isPositive();
            for (long i = 0; i < Math.min(range.count(), 1_000); i++) {
                files.add(range.file() + i);
                containers.add(range.container() + i);
            }
        }
        assertThat(files).as(text).doesNotHaveDuplicates();
        assertThat(containers).as(text).doesNotHaveDuplicates();
    }

    private static JsonObject json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
