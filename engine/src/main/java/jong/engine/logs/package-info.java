/**
 * Reads containers' logs in docker's json-file format, forwards, from the end, and as they grow.
 */
package jong.engine.logs;
