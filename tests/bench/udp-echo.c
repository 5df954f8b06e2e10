/* udp-echo: the least that can echo calls over RTP: one socket, each datagram
 * back to where it came from. udp-echo PORT */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int argc, char *argv[])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof at;
	char data[4096];
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	ssize_t n = 0;

	at.sin_port = htons((in_port_t)(argc > 1 ? atol(argv[1]) : 0));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, sizeof at))
		return 1;
	while (n >= 0) {
		n = recvfrom(fd, data, sizeof data, 0, (struct sockaddr *)&at,
		             &len);
		sendto(fd, data, (size_t)n, 0, (struct sockaddr *)&at, len);
	}
	return 1;
}
