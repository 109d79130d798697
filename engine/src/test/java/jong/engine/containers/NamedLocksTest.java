package jong.engine.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamedLocksTest {

    private final NamedLocks locks = new NamedLocks();

    @Test
    void oneNameWaitsAndAnotherDoesNot() throws InterruptedException {
        var order = new StringBuffer();
        var same = new Thread(() -> enter("a", order));
        try (var _ = locks.hold("a");
                var _ = locks.hold("a")) {
            enter("b", order);
            same.start();
            while (same.isAlive() && same.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            order.append("held ");
        }
        same.join();
        assertThat(order).hasToString("b held a ");
    }

    private void enter(String name, StringBuffer order) {
        try (var _ = locks.hold(name)) {
            order.append(name).append(' ');
        }
    }
}
