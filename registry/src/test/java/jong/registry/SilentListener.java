package jong.registry;

/** Hears nothing. */
enum SilentListener implements BlobListener {
    INSTANCE;

    @Override
    public void transferred(long current, long total) {}

    @Override
    public void retrying(int secondsLeft) {}
}
