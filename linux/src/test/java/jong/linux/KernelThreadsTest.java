package jong.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class KernelThreadsTest {

    @Test
    void anInterruptedCallerWaitsForTheEndOfItsAction() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var answer = new CompletableFuture<String>();
        var caller =
                Thread.startVirtualThread(() -> {
                    try {
                        String result = KernelThreads.callToItsEnd(() -> action(begun, goOn));
                        answer.complete(result + Thread.currentThread().isInterrupted());
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                });
        begun.await();
        caller.interrupt();
        goOn.countDown();
        assertThat(answer.get()).isEqualTo("done true");
    }

    private static String action(CountDownLatch begun, CountDownLatch goOn) {
        begun.countDown();
        try {
            goOn.await();
            return "done ";
        } catch (InterruptedException _) {
            return "interrupted ";
        }
    }
}
