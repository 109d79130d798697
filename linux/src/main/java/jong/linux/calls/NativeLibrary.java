package jong.linux.calls;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.Optional;

/** A shared library that the machine may have or not; never unloaded. */
@SuppressWarnings("restricted") // This package is where the module calls native code.
public final class NativeLibrary {

    private final SymbolLookup symbols;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** Loads a library by its soname, such as {@code libz.so.1}; empty if there is none. */
    public static Optional<NativeLibrary> open(String soname) {
        try {
            return Optional.of(
                    new NativeLibrary(SymbolLookup.libraryLookup(soname, Arena.global())));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /**
     * A function that neither waits nor calls back.
     *
     * @throws NoSuchElementException if the library has none of that name
     */
    public MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), type);
    }

    /**
     * A function that ends within microseconds and so may be given the heap's own memory; the
     * garbage collector waits for it.
     *
     * @throws NoSuchElementException if the library has none of that name
     */
    public MethodHandle functionOnHeap(String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(symbols.findOrThrow(name), type, Linker.Option.critical(true));
    }

    /** For what a downcall throws: it declares Throwable but throws unchecked exceptions only. */
    public static IllegalStateException unexpected(Throwable t) {
        return NativeCall.unexpected(t);
    }
}
