/** Looks whether what is stored is what should be stored, and mends it. */
package jong.manager.check;
