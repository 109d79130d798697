/**
 * The HTTP server: requests in, answers and raw streams out. It knows no noun of docker, no route
 * of anybody and no status of an error: an {@link jong.http.Application} has those.
 */
package jong.http;
