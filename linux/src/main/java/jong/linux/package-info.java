/** Error numbers and facts about the kernel; the calls themselves are in the packages below. */
package jong.linux;
