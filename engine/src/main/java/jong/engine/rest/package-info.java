/** The HTTP server: requests in, answers and raw streams out. It knows no noun of docker. */
package jong.engine.rest;
