/*
 * libcurl, loaded when it is needed: with the forty libraries it brings it
 * would take more time to start than a call's programs do themselves.
 */
#ifndef SV_CURL_H
#define SV_CURL_H

#include <curl/curl.h>

/* libcurl's functions under their names without curl_ */
struct sv_curl {
	void *library;
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *easy, CURLoption option, ...);
	CURLcode (*easy_getinfo)(CURL *easy, CURLINFO info, ...);
	void (*easy_cleanup)(CURL *easy);
	CURLcode (*easy_pause)(CURL *easy, int bits);
	CURLcode (*easy_recv)(CURL *easy, void *buffer, size_t len, size_t *n);
	CURLcode (*easy_send)(CURL *easy, const void *buffer, size_t len,
	                      size_t *n);
	const char *(*easy_strerror)(CURLcode code);
	CURLM *(*multi_init)(void);
	CURLMcode (*multi_setopt)(CURLM *multi, CURLMoption option, ...);
	CURLMcode (*multi_add_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_remove_handle)(CURLM *multi, CURL *easy);
	CURLMcode (*multi_socket_action)(CURLM *multi, curl_socket_t fd,
	                                 int what, int *running);
	CURLMsg *(*multi_info_read)(CURLM *multi, int *left);
	CURLMcode (*multi_assign)(CURLM *multi, curl_socket_t fd, void *arg);
	CURLMcode (*multi_cleanup)(CURLM *multi);
	struct curl_slist *(*slist_append)(struct curl_slist *list,
	                                   const char *text);
	void (*slist_free_all)(struct curl_slist *list);
	/* of libssl, which libcurl has with it (CURLOPT_SSL_CTX_FUNCTION) */
	int (*ssl_set_alpn)(void *context, const unsigned char *names,
	                    unsigned len);
	void (*ssl_get_alpn)(const void *ssl, const unsigned char **name,
	                     unsigned *len);
};

/* The one there is, ready for use. NULL with sv_why() when libcurl is not
 * installed: EX_UNAVAILABLE is what the caller hands up. */
const struct sv_curl *sv_curl(void);

#endif
