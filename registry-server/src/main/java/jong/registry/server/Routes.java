package jong.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import jong.http.RouteTable;
import jong.registry.server.protocol.ErrorCode;
import jong.registry.server.protocol.RegistryException;

/** The paths of the distribution spec. */
final class Routes {

    private Routes() {}

    /**
     * All of them.
     *
     * @param deletable whether blobs, manifests and tags may be deleted
     */
    static RouteTable<Route> of(
            BlobHandlers blobs,
            UploadHandlers uploads,
            ManifestHandlers manifests,
            ListHandlers lists,
            boolean deletable) {
        var routes = new RouteTable<Route>();
        for (String method : List.of("GET", "HEAD")) {
            routes.add(method, "/v2/", Route.plain(Routes::base));
            routes.add(method, "/v2", Route.plain(Routes::base));
            routes.add(method, "/v2/_catalog", Route.catalog(lists::catalog));
            routes.add(method, "/v2/{name:.*}/tags/list", Route.pull(lists::tags));
            routes.add(method, "/v2/{name:.*}/blobs/uploads/{upload}", Route.push(uploads::status));
            routes.add(method, "/v2/{name:.*}/blobs/{digest}", Route.pull(blobs::get));
            routes.add(method, "/v2/{name:.*}/manifests/{reference}", Route.pull(manifests::get));
            routes.add(method, "/v2/{name:.*}/referrers/{digest}", Route.pull(lists::referrers));
        }
        String upload = "/v2/{name:.*}/blobs/uploads/{upload}";
        routes.add("POST", "/v2/{name:.*}/blobs/uploads/", Route.push(uploads::begin));
        routes.add("POST", "/v2/{name:.*}/blobs/uploads", Route.push(uploads::begin));
        routes.add("PATCH", upload, Route.push(uploads::append));
        routes.add("PUT", upload, Route.push(uploads::complete));
        routes.add("DELETE", upload, Route.push(uploads::cancel));
        routes.add("PUT", "/v2/{name:.*}/manifests/{reference}", Route.push(manifests::put));
        routes.add(
                "DELETE",
                "/v2/{name:.*}/manifests/{reference}",
                Route.delete(deletable ? manifests::delete : Routes::refuse));
        routes.add(
                "DELETE",
                "/v2/{name:.*}/blobs/{digest}",
                Route.delete(deletable ? blobs::delete : Routes::refuse));
        return routes;
    }

    private static void base(RegistryExchange exchange) throws IOException {
        exchange.http().whole(200, "application/json", "{}".getBytes(UTF_8));
    }

    private static void refuse(RegistryExchange exchange) {
        throw new RegistryException(ErrorCode.UNSUPPORTED, "deleting is switched off");
    }
}
