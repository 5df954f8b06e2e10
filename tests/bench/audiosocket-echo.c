/*
 * audiosocket-echo: the least that can answer AudioSocket: one process, what
 * was read is written back. The yardstick of `sv-capture ... -- cat`.
 *
 *     audiosocket-echo PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HELLO = 19, FILES = 65536 };

static int hello_left[FILES]; /* of each descriptor's UUID */

static int listening(int port)
{
	static const int one = 1;
	struct sockaddr_in at = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)port),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) ||
	    listen(fd, SOMAXCONN))
		return -1;
	return fd;
}

static void echo(int fd)
{
	uint8_t data[65536];
	ssize_t n = recv(fd, data, sizeof data, 0), skip;

	if (n <= 0) {
		close(fd);
		return;
	}
	skip = hello_left[fd] < n ? hello_left[fd] : n;
	hello_left[fd] -= (int)skip;
	if (n > skip &&
	    send(fd, data + skip, (size_t)(n - skip), MSG_NOSIGNAL) < 0)
		close(fd);
}

int main(int argc, char *argv[])
{
	static const int one = 1;
	struct rlimit files;
	struct epoll_event event = { .events = EPOLLIN }, ready[64];
	int door = listening(argc == 2 ? (int)strtol(argv[1], NULL, 10) : 0);
	int set = epoll_create1(0), i, n, fd;

	if (door < 0) {
		perror("audiosocket-echo");
		return 1;
	}
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max < FILES ? files.rlim_max : FILES;
	setrlimit(RLIMIT_NOFILE, &files);
	event.data.fd = door;
	epoll_ctl(set, EPOLL_CTL_ADD, door, &event);
	for (;;) {
		n = epoll_wait(set, ready, 64, -1);
		for (i = 0; i < n; i++) {
			if (ready[i].data.fd != door) {
				echo(ready[i].data.fd);
				continue;
			}
			fd = accept(door, NULL, NULL);
			if (fd < 0)
				continue;
			hello_left[fd] = HELLO;
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
			           sizeof one);
			event.data.fd = fd;
			epoll_ctl(set, EPOLL_CTL_ADD, fd, &event);
		}
	}
}
