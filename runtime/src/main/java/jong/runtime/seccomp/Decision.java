package jong.runtime.seccomp;

import java.util.ArrayList;
import java.util.List;
import jong.linux.seccomp.BpfAssembler;

/**
 * What happens to one system call: the first conditional rule that fits, else the last answer.
 *
 * @param rules conditional rules in order
 * @param otherwise the answer when none of them fits
 */
record Decision(List<Rule> rules, int otherwise) {

    /**
     * A conditional answer.
     *
     * @param tests all of which must hold
     * @param answer what is answered then
     */
    record Rule(List<ArgumentTest> tests, int answer) {}

    Decision {
        rules = List.copyOf(rules);
    }

    static Decision always(int answer) {
        return new Decision(List.of(), answer);
    }

    /** Writes instructions, each way of which ends in a return. */
    void write(BpfAssembler out) {
        for (Rule rule : rules) {
            BpfAssembler.Label next = out.label();
            rule.tests().forEach(test -> test.write(out, next));
            out.giveBack(rule.answer());
            out.place(next);
        }
        out.giveBack(otherwise);
    }

    /** Gathers the rules of one system call. */
    static final class Builder {
        private final List<Rule> rules = new ArrayList<>();
        private int otherwise;
        private boolean unconditional;

        Builder(int otherwise) {
            this.otherwise = otherwise;
        }

        /**
         * The first answer without conditions is the only one, wherever it stands: libseccomp,
         * which runc uses, drops those with conditions for it.
         */
        void add(List<ArgumentTest> tests, int answer) {
            if (unconditional) {
                return;
            }
            if (tests.isEmpty()) {
                unconditional = true;
                otherwise = answer;
                rules.clear();
            } else {
                rules.add(new Rule(tests, answer));
            }
        }

        Decision build() {
            return new Decision(rules, otherwise);
        }
    }
}
