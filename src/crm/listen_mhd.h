/*
 * GNU libmicrohttpd, loaded when it is needed: with GnuTLS behind it it would
 * take the other commands more time to start than they need for their work.
 */
#ifndef CRM_LISTEN_MHD_H
#define CRM_LISTEN_MHD_H

#include <microhttpd.h>

/* its functions under their names without MHD_ */
struct mhd {
	void *library;
	struct MHD_Daemon *(*start_daemon)(unsigned flags, uint16_t port,
	                                   MHD_AcceptPolicyCallback accept,
	                                   void *accept_arg,
	                                   MHD_AccessHandlerCallback handle,
	                                   void *arg, ...);
	void (*stop_daemon)(struct MHD_Daemon *daemon);
	const union MHD_DaemonInfo *(*get_daemon_info)(
		struct MHD_Daemon *daemon, enum MHD_DaemonInfoType what, ...);
	enum MHD_Result (*add_connection)(struct MHD_Daemon *daemon, int fd,
	                                  const struct sockaddr *from,
	                                  socklen_t len);
	enum MHD_Result (*run)(struct MHD_Daemon *daemon);
	enum MHD_Result (*get_timeout)(struct MHD_Daemon *daemon,
	                               unsigned long long *timeout_ms);
	const union MHD_ConnectionInfo *(*get_connection_info)(
		struct MHD_Connection *connection,
		enum MHD_ConnectionInfoType what, ...);
	const char *(*lookup_connection_value)(struct MHD_Connection *from,
	                                       enum MHD_ValueKind kind,
	                                       const char *name);
	struct MHD_Response *(*create_response_from_buffer)(
		size_t len, void *data, enum MHD_ResponseMemoryMode mode);
	enum MHD_Result (*add_response_header)(struct MHD_Response *response,
	                                       const char *name,
	                                       const char *value);
	enum MHD_Result (*queue_response)(struct MHD_Connection *connection,
	                                  unsigned status,
	                                  struct MHD_Response *response);
	void (*destroy_response)(struct MHD_Response *response);
};

/* The one there is. NULL with sv_why() when it is not installed:
 * EX_UNAVAILABLE is what the caller hands up. */
const struct mhd *mhd_load(void);

#endif
