/* message.c: what a call's sv-asr and the server say to each other */
#include "src/asr/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/event.h"
#include "lib/fail.h"
#include "lib/utf8.h"

int message_send(int socket, char letter, const char *text)
{
	char bytes[MESSAGE_MAX];
	size_t len = sv_utf8_cut(text, strlen(text), MESSAGE_MAX - 2);

	bytes[0] = letter;
	memcpy(bytes + 1, text, len);
	return send(socket, bytes, len + 1, MSG_NOSIGNAL) < 0 ? SV_GONE : 0;
}

char message_take(int socket, char text[MESSAGE_MAX])
{
	char bytes[MESSAGE_MAX];
	ssize_t n = recv(socket, bytes, sizeof bytes - 1, 0);

	/* the other side has left without reading all, yet not unsaid */
	if (n < 0 && errno == ECONNRESET)
		n = recv(socket, bytes, sizeof bytes - 1, 0);
	if (n <= 0)
		return MESSAGE_NONE;
	bytes[n] = '\0';
	if (text)
		memcpy(text, bytes + 1, (size_t)n);
	return bytes[0];
}

/* room for descriptors beside a message, aligned as the kernel wants it */
union rights {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * GO_FDS)];
};

int go_send(int socket)
{
	int control = sv_call_fd(SV_FD_ASR);
	int fds[GO_FDS] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO,
		            control };
	bool live = control >= 0 && fcntl(control, F_GETFD) >= 0;
	size_t size = sizeof(int) * (live ? GO_FDS : GO_FDS - 1);
	char letter = MESSAGE_GO;
	union rights rights = { 0 };
	struct iovec data = { &letter, 1 };
	struct msghdr message = { .msg_iov = &data,
		                  .msg_iovlen = 1,
		                  .msg_control = rights.bytes,
		                  .msg_controllen = CMSG_SPACE(size) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(size);
	memcpy(CMSG_DATA(header), fds, size);
	return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? SV_GONE : 0;
}

bool go_take(int socket, int fds[GO_FDS], int *n)
{
	char letter = MESSAGE_NONE;
	union rights rights = { 0 };
	struct iovec data = { &letter, 1 };
	struct msghdr message = { .msg_iov = &data,
		                  .msg_iovlen = 1,
		                  .msg_control = rights.bytes,
		                  .msg_controllen = sizeof rights.bytes };
	struct cmsghdr *header;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    letter != MESSAGE_GO)
		return false;
	header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return false;
	*n = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
	memcpy(fds, CMSG_DATA(header), (size_t)*n * sizeof(int));
	return *n >= GO_FDS - 1;
}
