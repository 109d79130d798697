package jong.engine.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import jong.api.HostConfig;
import jong.api.IdMap;
import jong.wire.json.Json;
import jong.wire.json.JsonObject;
import jong.wire.status.StatusException;
import jong.wire.status.StatusException.Internal;
import jong.wire.status.StatusException.InvalidArgument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dockerd accepts and refuses; more of it is compared in dist. */
class MountParserTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/home",
                "/home:/home",
                "/home:/something/else",
                "/with space",
                "/home:/with space",
                "relative:/absolute-path",
                "hostPath:/containerPath:ro",
                "/hostPath:/containerPath:rw",
                "/rw:/ro",
                "/hostPath:/containerPath:rshared",
                "/hostPath:/containerPath:ro,private",
                "/hostPath:/containerPath:ro,z,shared",
                "/hostPath:/containerPath:slave,Z,ro",
                "/hostPath:/containerPath:delegated",
                "name:/path:nocopy,ro,z",
            })
    void bindsThatAreAccepted(String text) {
        assertThat(bind(text).destination()).startsWith("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":",
                "/tmp:",
                ":test",
                ":/test",
                "tmp:",
                "::",
                ":::",
                "/tmp:::",
                "/path:rw",
                "/rw:rw",
                "path:ro",
                "/path:shared",
                "/path:/path:ro:ro",
            })
    void bindsThatAreNoSpecification(String text) {
        assertThatThrownBy(() -> bind(text))
                .isInstanceOf(Internal.class)
                .hasMessage("invalid volume specification: '" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sw",
                "rwz",
                "ro,rw",
                "z,Z",
                "ro,rshared,rslave",
                "ro,",
                "cached,delegated",
                "idmap=uids=1-0-1,idmap=uids=1-0-1",
                "idmaps=uids=1-0-1"
            })
    void bindsWithAWrongMode(String mode) {
        assertThatThrownBy(() -> bind("/path:/path:" + mode))
                .isInstanceOf(Internal.class)
                .hasMessage("invalid mode: " + mode);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/:../     | bind   | invalid mount path: '../' mount path must be absolute",
                "./        | volume | invalid mount path: './' mount path must be absolute",
                "name:tmp  | volume | invalid mount path: 'tmp' mount path must be absolute",
                "/x:/      | bind   | invalid specification: destination can't be '/'",
                "/x:/a/..  | bind   | invalid specification: destination can't be '/'",
                "n:/v:shared   | volume | field BindOptions must not be specified",
                "/x:/v:nocopy  | bind   | field VolumeOptions must not be specified",
            },
            delimiter = '|')
    void bindsThatAreWrongMounts(String text, String type, String reason) {
        assertThatThrownBy(() -> bind(text))
                .isInstanceOf(Internal.class)
                .hasMessage(
                        "invalid volume specification: '%s': invalid mount config for type \"%s\": %s"
                                .formatted(text, type, reason));
    }

    @Test
    void whatABindIs() {
        assertThat(bind("/tmp/:/t//x/./y:ro,slave").stored())
                .isEqualTo(
                        json(
                                "{'Type':'bind','Source':'/tmp','Destination':'/t/x/y','Mode':"
                                        + "'ro,slave','RW':false,'Propagation':'slave','Copy':false,"
                                        + "'Anonymous':false,'Recursive':true,'RecursiveReadOnly':true,"
                                        + "'ForcedReadOnly':false,'MakeSource':true,'Propagated':true,"
                                        + "'Subpath':'','TmpfsOptions':[]}"));
        MountPoint volume = bind("name:/v:nocopy");
        assertThat(volume.options().copy()).isFalse();
        assertThat(volume.options().anonymous()).isFalse();
        assertThat(volume.mode()).isEqualTo("nocopy");
        assertThat(bind("/v").options().anonymous()).isTrue();
        assertThat(MountPoint.ofStored(volume.stored())).isEqualTo(volume);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "{'Type':'volume'} | field Target must not be empty",
                "{'Type':'bind','Target':'/t'} | field Source must not be empty",
                "{'Type':'image','Target':'/t'} | field Source must not be empty",
                "{'Type':'junk','Target':'/t'} | mount type unknown",
                "{'Type':'bind','Source':'/no/such','Target':'/t'}"
                        + " | bind source path does not exist: /no/such",
                "{'Type':'bind','Source':'/','Target':'/t','BindOptions':{'Propagation':'x'}}"
                        + " | invalid propagation mode: x",
                "{'Type':'volume','Target':'/t','VolumeOptions':{'Subpath':'x'}}"
                        + " | must not set Subpath when using anonymous volumes",
                "{'Type':'volume','Source':'v','Target':'/t','VolumeOptions':{'Subpath':'a/../..'}}"
                        + " | subpath must be a relative path within the volume",
                "{'Type':'image','Source':'i','Target':'/t','ImageOptions':{'Subpath':'/x'}}"
                        + " | subpath must be a relative path within the volume",
                "{'Type':'volume','Source':'v','Target':'/t','ImageOptions':{}}"
                        + " | field ImageOptions must not be specified",
                "{'Type':'tmpfs','Target':'/t','TmpfsOptions':{'Options':[['size','1']]}}"
                        + " | invalid option: size",
                "{'Type':'tmpfs','Target':'/t','TmpfsOptions':{'Options':[[]]}}"
                        + " | invalid option array length",
                "{'Type':'volume','Target':'/t','VolumeOptions':{'IDMap':{}}}"
                        + " | idmap without ranges is the mapping of the container's user"
                        + " namespace, and there is none: want"
                        + " idmap=uids=FILE-CONTAINER-COUNT#…;gids=FILE-CONTAINER-COUNT#…",
                "{'Type':'bind','Source':'/','Target':'/t','BindOptions':{'IDMap':"
                        + "{'GIDMappings':[{'ContainerID':-1,'HostID':0,'Size':1}]}}}"
                        + " | invalid range -1-0-1 of idmap: ids are 0 to 4294967294",
            },
            delimiter = '|')
    void mountsThatAreRefused(String mount, String reason) {
        String type = json(mount).string("Type");
        assertThatThrownBy(() -> mount(mount))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("invalid mount config for type \"" + type + "\": " + reason);
    }

    @Test
    void tmpfsTakesSizeModeAndWords() {
        checkTmpfs("{}", List.of());
        checkTmpfs("{'SizeBytes':1048576,'Mode':448}", List.of("mode=700", "size=1m"));
        checkTmpfs("{'SizeBytes':1000}", List.of("size=1000"));
        checkTmpfs("{'Options':[['exec']]}", List.of("exec"));
    }

    private static void checkTmpfs(String options, List<String> words) {
        var mount = mount("{'Type':'tmpfs','Target':'/t','TmpfsOptions':" + options + "}");
        assertThat(mount.options().tmpfs()).isEqualTo(words);
    }

    @Test
    void ownersAreMappedInBothForms() {
        String map =
                "{'UIDMappings':[{'ContainerID':1000,'HostID':0,'Size':1}],"
                        + "'GIDMappings':[{'ContainerID':5,'HostID':6,'Size':7}],'Recursive':true}";
        IdMap wanted = IdMap.parse("uids=1000-0-1;gids=5-6-7", true);
        String bound = "{'Type':'bind','Source':'/','Target':'/t','BindOptions':{'IDMap':%s}}";
        String named = "{'Type':'volume','Source':'v','Target':'/t','VolumeOptions':{'IDMap':%s}}";
        for (MountPoint mount :
                List.of(
                        mount(bound.formatted(map)),
                        mount(named.formatted(map)),
                        bind("/s:/t:ro,ridmap=uids=1000-0-1;gids=5-6-7,rslave"),
                        bind("v:/t:ridmap=uids=1000-0-1;gids=5-6-7"))) {
            assertThat(mount.options().idMap()).isEqualTo(wanted);
            assertThat(mount.shown().object("IDMap")).isEqualTo(json(map));
            assertThat(MountPoint.ofStored(mount.stored())).isEqualTo(mount);
            assertThat(mount.borrowed(true).options().idMap()).isEqualTo(wanted);
        }
        assertThat(bind("v:/t").shown().has("IDMap")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"idmap", "ro,idmap=", "idmap=uids=1", "idmap=uids=0-0-0", "ridmap=x"})
    void bindsWithWrongRangesAreTold(String mode) {
        assertThatThrownBy(() -> bind("/s:/t:" + mode)).hasMessageContaining("idmap");
    }

    @Test
    void onePlaceIsTakenOnce() {
        String twice = "'Binds':['a1:/v'],";
        assertThatThrownBy(() -> parse("{" + twice + "'Tmpfs':{'/v':''}}", false))
                .hasMessage("Duplicate mount point: /v");
        String mounts = "'Mounts':[{'Type':'tmpfs','Target':'/v/'}]";
        assertThatThrownBy(() -> parse("{" + twice + mounts + "}", false))
                .isInstanceOf(InvalidArgument.class)
                .hasMessage("Duplicate mount point: /v/");
        assertThatThrownBy(() -> parse("{'Tmpfs':{'v':''}}", false))
                .hasMessage("invalid mount path: 'v' mount path must be absolute");
    }

    @Test
    void beforeVersion44ReadOnlyDoesNotReachMountsBelow() {
        String host = "{'Binds':['/a:/a:ro','/b:/b','v1:/c:ro']}";
        assertThat(parse(host, true))
                .extracting(mount -> mount.options().bind().shallowReadOnly())
                .containsExactly(true, false, false);
        assertThat(parse(host, false))
                .extracting(mount -> mount.options().bind().shallowReadOnly())
                .containsExactly(false, false, false);
    }

    @Test
    void volumesFromTakesAccessAndLabelsOnly() {
        assertThat(VolumesFrom.parse("box")).isEqualTo(new VolumesFrom("box", false));
        assertThat(VolumesFrom.parse("box:")).isEqualTo(new VolumesFrom("box", false));
        assertThat(VolumesFrom.parse("box:ro,z")).isEqualTo(new VolumesFrom("box", true));
        for (String mode :
                List.of("nocopy", "shared", "junk", "ro:ro", "ro,rw", "idmap=uids=1-0-1")) {
            assertThatThrownBy(() -> VolumesFrom.parse("box:" + mode))
                    .isInstanceOf(InvalidArgument.class)
                    .hasMessage("invalid mode: " + mode);
        }
        assertThatThrownBy(() -> VolumesFrom.parse(""))
                .hasMessage("volumes-from specification cannot be an empty string");
    }

    @ParameterizedTest
    @CsvSource({
        "/,/",
        "//a///b/,/a/b",
        "/a/./b/..,/a",
        "/..,/",
        "/../a,/a",
        "a/..,.",
        "../a/..,..",
        "'',.",
        "a/../../b,../b"
    })
    void pathsAreCleanedAsGoDoes(String path, String clean) {
        assertThat(CleanPath.of(path)).isEqualTo(clean);
    }

    private static MountPoint bind(String text) {
        return parse(new JsonObject().with("Binds", List.of(text)), false).getFirst();
    }

    private static MountPoint mount(String text) {
        return parse(new JsonObject().with("Mounts", List.of(json(text))), false).getFirst();
    }

    private static List<MountPoint> parse(String host, boolean shallowReadOnly) {
        return parse(json(host), shallowReadOnly);
    }

    private static List<MountPoint> parse(JsonObject host, boolean shallowReadOnly) {
        try {
            return MountParser.parse(new HostConfig(host), shallowReadOnly);
        } catch (StatusException e) {
            assertThat(e.getMessage()).doesNotContain("Exception");
            throw e;
        }
    }

    private static JsonObject json(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
