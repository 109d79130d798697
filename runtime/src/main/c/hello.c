/* The program of the image that Jong carries inside itself. */
#include <unistd.h>

static const char text[] =
    "\n"
    "Hello from Jong!\n"
    "This message shows that your installation is in working order.\n"
    "\n"
    "Between your command and this line:\n"
    " 1. The jong client asked the jongd daemon for a container of the image \"hello-world\".\n"
    " 2. The daemon found the image inside itself (any other it pulls from a registry).\n"
    " 3. It laid a writable layer over the image, made namespaces and limits, and started\n"
    "    this program in them.\n"
    " 4. A small monitor wrote these lines to the container's log while the daemon streamed\n"
    "    them to your terminal.\n"
    "\n"
    "Something more ambitious:\n"
    " $ jong run -it debian bash\n"
    "\n";

int main(void)
{
    return write(STDOUT_FILENO, text, sizeof text - 1) == (ssize_t) sizeof text - 1 ? 0 : 1;
}
