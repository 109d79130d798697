/** Docker's rules for requests and answers, over the server of {@code jong.http}. */
package jong.engine.rest;
