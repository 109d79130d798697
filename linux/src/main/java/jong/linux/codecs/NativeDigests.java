package jong.linux.codecs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Security;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import jong.linux.calls.NativeLibrary;

/**
 * SHA-256 and SHA-512 by OpenSSL's libcrypto, as a provider of the JDK's {@link MessageDigest}.
 *
 * <p>The JDK uses the processor's own instructions for SHA only in code of its second compiler,
 * which {@code jongd} leaves out to save memory; without them it hashes 100 MB/s, a tenth of what
 * the machine can.
 *
 * <pre>{@code
 * NativeDigests.install();                          // once, early in main
 * MessageDigest.getInstance("SHA-256");             // is libcrypto's from here on, if there is one
 * }</pre>
 */
public final class NativeDigests extends Provider {

    private static final long serialVersionUID = 1L;

    private static final String NAME = "JongNativeDigests";
    private static final List<String> SONAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");

    private NativeDigests(NativeLibrary library) {
        super(NAME, "1", "SHA-2 by libcrypto");
        // sizeof(SHA256_CTX) and sizeof(SHA512_CTX), the same since OpenSSL 0.9.8.
        putService(new Algorithm(this, "SHA-256", Functions.of(library, "SHA256"), 112, 32));
        putService(new Algorithm(this, "SHA-512", Functions.of(library, "SHA512"), 216, 64));
    }

    /**
     * Makes libcrypto's digests the preferred ones of this process.
     *
     * @return whether they are: false if the machine has no libcrypto, or one whose results differ
     *     from the JDK's
     */
    public static boolean install() {
        if (Security.getProvider(NAME) != null) {
            return true;
        }
        Optional<Provider> provider = find();
        provider.ifPresent(found -> Security.insertProviderAt(found, 1));
        return provider.isPresent();
    }

    private static Optional<Provider> find() {
        for (String soname : SONAMES) {
            Optional<NativeLibrary> library = NativeLibrary.open(soname);
            if (library.isPresent()) {
                try {
                    Provider provider = new NativeDigests(library.get());
                    return isRight(provider) ? Optional.of(provider) : Optional.empty();
                } catch (NoSuchElementException | GeneralSecurityException _) {
                    return Optional.empty(); // A build without the old functions.
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isRight(Provider provider) throws GeneralSecurityException {
        byte[] sample = "jong".repeat(100).getBytes(StandardCharsets.US_ASCII);
        boolean right = true;
        for (String algorithm : List.of("SHA-256", "SHA-512")) {
            byte[] own = MessageDigest.getInstance(algorithm, provider).digest(sample);
            right &=
                    MessageDigest.isEqual(
                            own, MessageDigest.getInstance(algorithm, "SUN").digest(sample));
        }
        return right;
    }

    /** The three functions of an algorithm. */
    record Functions(MethodHandle init, MethodHandle update, MethodHandle end) {

        static Functions of(NativeLibrary library, String prefix) {
            return new Functions(
                    library.function(prefix + "_Init", FunctionDescriptor.of(JAVA_INT, ADDRESS)),
                    library.functionOnHeap(
                            prefix + "_Update",
                            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG)),
                    library.function(
                            prefix + "_Final", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)));
        }
    }

    private static final class Algorithm extends Service {

        private final Functions functions;
        private final int contextBytes;
        private final int digestBytes;

        Algorithm(
                Provider provider,
                String name,
                Functions functions,
                int contextBytes,
                int digestBytes) {
            super(provider, "MessageDigest", name, LibcryptoDigest.class.getName(), null, null);
            this.functions = functions;
            this.contextBytes = contextBytes;
            this.digestBytes = digestBytes;
        }

        @Override
        public Object newInstance(Object parameter) {
            return new LibcryptoDigest(functions, contextBytes, digestBytes);
        }
    }
}
