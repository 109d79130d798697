package jong.manager.check;

/**
 * A damage, and what became of it.
 *
 * @param damage what was found
 * @param repaired whether it is mended
 * @param outcome how it was mended, or why not; empty if nobody tried
 */
public record Finding(Damage damage, boolean repaired, String outcome) {}
