package jong.cli.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jong.wire.json.Json;
import org.junit.jupiter.api.Test;

/** Templates as docker's users write them; expected texts are those of Go. */
final class TemplateTest {

    private static final String DATA =
            """
            {"Name":"/web","Count":3,"On":true,"List":["a","b"],"None":[],
             "Map":{"x":"1","a":"2"},"Deep":{"P":{"80/tcp":[{"HostPort":"8080"}]}}}
            """;

    @Test
    void valuesArePrintedAsGoPrintsThem() {
        check("{{.Name}}-{{.Count}}-{{.On}}", "/web-3-true");
        check("{{.List}} {{.Map}}", "[a b] map[a:2 x:1]");
        check("{{json .List}}{{json .Name}}", "[\"a\",\"b\"]\"/web\"");
        check("{{ .Name | json }}", "\"/web\"");
        check("{{(index (index .Deep.P \"80/tcp\") 0).HostPort}}", "8080");
        check("{{index .List 1}}{{index .Map \"x\"}}{{index .Map \"none\"}}", "b1");
        check("{{len .List}}{{len .Name}}", "24");
        check("{{\"q\\t\"}}{{`r\\t`}}{{3}}{{-4}}", "q\tr\\t3-4");
    }

    @Test
    void controlStructuresWork() {
        check("{{if .On}}y{{else}}n{{end}}{{if .None}}y{{else}}n{{end}}", "yn");
        check("{{if not .On}}a{{else if eq .Count 3}}b{{else}}c{{end}}", "b");
        check("{{range .List}}<{{.}}>{{end}}{{range .None}}x{{else}}empty{{end}}", "<a><b>empty");
        check("{{range $k, $v := .Map}}{{$k}}={{$v}};{{end}}", "a=2;x=1;");
        check("{{range $i, $v := .List}}{{$i}}{{$v}}{{$.Count}}{{end}}", "0a31b3");
        check("{{with .Deep}}{{len .P}}{{end}}{{with .None}}x{{end}}", "1");
        check("{{$n := .Name}}{{$n}}{{$n = \"z\"}}{{$n}}", "/webz");
        check("a {{- \" b \" -}} c{{/* note */}}", "a b c");
    }

    @Test
    void functionsAreThoseOfDocker() {
        check("{{split \"a,b\" \",\"}}{{join .List \"+\"}}", "[a b]a+b");
        check("{{upper .Name}}{{lower \"X\"}}{{title \"ab cd\"}}", "/WEBxAb Cd");
        check("{{truncate .Name 2}}|{{pad \"x\" 1 2}}|", "/w| x  |");
        check(
                "{{printf \"%s %d %q %5s|%-4s|%03d\" .Name .Count \"q\" \"r\" \"s\" 7}}",
                "/web 3 \"q\"     r|s   |007");
        check("{{and .On .Count}}{{or .None .Name}}{{eq .Name \"x\" \"/web\"}}", "3/webtrue");
        check("{{lt 1 2}}{{ge 1 2}}{{ne \"a\" \"b\"}}{{println \"x\" 1}}", "truefalsetruex 1\n");
        check("{{slice .Name 1}}{{slice .Name 1 2}}", "webw");
    }

    @Test
    void mistakesAreToldInGosWords() {
        fail(
                "{{.Nope}}",
                "template: :1:2: executing \"\" at <.Nope>: map has no entry for key \"Nope\"");
        fail(
                "{{.Name.X}}",
                "template: :1:2: executing \"\" at <.Name.X>:"
                        + " can't evaluate field X in type string");
        fail("{{.ID", "template: :1: unclosed action");
        fail("{{foo}}", "template: :1: function \"foo\" not defined");
        fail("{{if .On}}", "template: :1: unexpected EOF");
        fail("{{end}}", "template: :1: unexpected {{end}}");
        fail("{{}}", "template: :1: missing value for command");
    }

    @Test
    void anyTextIsEitherExecutedOrRefused() {
        long seed = System.nanoTime();
        var random = new java.util.Random(seed);
        String[] parts = {
            "{{", "}}", ".Name", "range ", "if ", "end", "else", "(", ")", "|", "$x", ":=", "\"s\"",
            " ", "json ", "index ", "-", "3", ",", "{{end}}", "printf ", "\"%d%\""
        };
        for (int i = 0; i < 5000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(10); n > 0; n--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            try {
                Template.parse(text.toString()).execute(Json.parse(DATA));
            } catch (TemplateException e) {
                assertThat(e.getMessage()).as("seed %d: %s", seed, text).isNotEmpty();
            }
        }
    }

    private static void check(String template, String expected) {
        String actual = Template.parse(template).execute(Json.parse(DATA));
        assertThat(actual).as(template).isEqualTo(expected);
    }

    private static void fail(String template, String message) {
        assertThatThrownBy(() -> Template.parse(template).execute(Json.parse(DATA)))
                .isInstanceOf(TemplateException.class)
                .hasMessage(message);
    }
}
