package jong.registry;

import java.io.InputStream;
import java.net.http.HttpResponse;
import jong.oci.reference.Reference;
import jong.wire.status.StatusException;

/** What a repository is asked for: decides which rights are needed and how refusals are told. */
public enum Purpose {
    /** Getting an image; refusals name it, as docker's pull does. */
    PULL,
    /** Looking something up; refusals are the registry's own words. */
    INSPECT,
    /** Putting an image there; refusals are the registry's own words. */
    PUSH;

    /** Tells what refusals of requests about an image mean. */
    Session.Refusals refusals(Reference reference) {
        return switch (this) {
            case PULL -> (response, body) -> RegistryErrors.of(response, body, reference);
            case INSPECT -> RegistryErrors::of;
            case PUSH ->
                    new Session.Refusals() {
                        @Override
                        public StatusException of(HttpResponse<InputStream> response, byte[] body) {
                            return RegistryErrors.of(response, body);
                        }

                        @Override
                        public StatusException noCredentials(String request) {
                            // Docker names no request here: the user did not ask for one.
                            return new StatusException.Internal(Session.NO_CREDENTIALS);
                        }
                    };
        };
    }

    Scopes scopes(Reference reference) {
        return this == PUSH
                ? Scopes.repository(reference.path(), "pull", "push")
                : Scopes.repository(reference.path(), "pull");
    }
}
