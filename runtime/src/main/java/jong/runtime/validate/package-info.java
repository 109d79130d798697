/** What a configuration may not ask for, with the words that runc's callers know. */
package jong.runtime.validate;
