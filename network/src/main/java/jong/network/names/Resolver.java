package jong.network.names;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import jong.network.names.Reply.Answer;

/** Answers queries from what a sandbox knows. Never waits. */
final class Resolver {
    private static final int TYPE_A = 1;
    private static final int TYPE_PTR = 12;
    private static final int TYPE_AAAA = 28;
    private static final int TYPE_ANY = 255;

    private Resolver() {}

    /**
     * The answer to a query; empty if another server is to be asked. A name of the networks is
     * never asked for elsewhere: where it has no record of the type, the answer is empty.
     *
     * @param limit the bytes that the answer may have
     */
    static Optional<byte[]> answer(SandboxView view, Query query, int limit) {
        if (query.ednsVersion() != 0) {
            return Optional.of(Reply.to(query, ResponseCode.BAD_VERSION, List.of(), limit));
        }
        return query.inInternet()
                ? records(view, query)
                        .map(found -> Reply.to(query, ResponseCode.NO_ERROR, found, limit))
                : Optional.empty();
    }

    private static Optional<List<Answer>> records(SandboxView view, Query query) {
        if (query.type() == TYPE_PTR) {
            return ReverseName.address(query.name())
                    .flatMap(address -> nameOf(view, address))
                    .flatMap(WireName::bytes)
                    .map(name -> List.of(new Answer(TYPE_PTR, name)));
        }
        var found = addresses(view, query.name());
        if (found.isPresent()) {
            return Optional.of(shuffled(found.get(), query.type()));
        }
        boolean ofAddresses = query.type() == TYPE_A || query.type() == TYPE_AAAA;
        boolean kept = view.keepsPlainNames() && ofAddresses && query.name().indexOf('.') < 0;
        return kept ? Optional.of(List.of()) : Optional.empty();
    }

    private static List<Answer> shuffled(List<InetAddress> addresses, int wanted) {
        var answers = new ArrayList<Answer>(addresses.size());
        for (var address : addresses) {
            int type = address instanceof Inet4Address ? TYPE_A : TYPE_AAAA;
            if (wanted == type || wanted == TYPE_ANY) {
                answers.add(new Answer(type, address.getAddress()));
            }
        }
        Collections.shuffle(answers, ThreadLocalRandom.current());
        return answers;
    }

    /** As Docker does: {@code a.b.c} is a name in any network, or a.b in c, or a in b.c. */
    private static Optional<List<InetAddress>> addresses(SandboxView view, String name) {
        var found = addresses(view, name, "");
        for (int dot = name.lastIndexOf('.');
                dot > 0 && found.isEmpty();
                dot = name.lastIndexOf('.', dot - 1)) {
            found = addresses(view, name.substring(0, dot), name.substring(dot + 1));
        }
        return found;
    }

    /** Aliases go first, in all networks; what a network has an alias for is no name there. */
    private static Optional<List<InetAddress>> addresses(
            SandboxView view, String name, String network) {
        for (var known : view.networks()) {
            String alias = known.aliases().get(name);
            if (alias != null && isMeant(known, network)) {
                var found = known.table().addresses(alias);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        for (var known : view.networks()) {
            if (!known.aliases().containsKey(name) && isMeant(known, network)) {
                var found = known.table().addresses(name);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isMeant(NetworkNames known, String network) {
        return network.isEmpty() || known.name().equalsIgnoreCase(network);
    }

    private static Optional<String> nameOf(SandboxView view, InetAddress address) {
        return view.networks().stream()
                .flatMap(known ->
                        known.table().name(address).map(name -> name + "." + known.name()).stream())
                .findFirst();
    }
}
