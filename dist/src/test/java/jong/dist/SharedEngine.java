package jong.dist;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One engine for all test classes that are content with it, with busybox loaded. After each test it
 * removes the containers and fails the test when they left something on the machine.
 */
final class SharedEngine implements BeforeAllCallback, AfterEachCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(SharedEngine.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        engine(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var engine = engine(context);
        engine.removeContainers();
        if (Engine.peer() == null) {
            new Leftovers(engine).assertNone();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Engine.class;
    }

    @Override
    public Engine resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return engine(context);
    }

    private static Engine engine(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Engine.class, key -> startWithImages(), Engine.class);
    }

    private static Engine startWithImages() {
        var engine = Engine.fresh();
        engine.cli(Client.DOCKER).run("load", "-i", Fixtures.busybox().toString()).succeeded();
        return engine;
    }
}
