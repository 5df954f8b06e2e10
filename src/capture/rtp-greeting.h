/* What the server has to know of RTP, as transport.h has it. */
#ifndef CAPTURE_RTP_GREETING_H
#define CAPTURE_RTP_GREETING_H

#include <stddef.h>
#include <stdint.h>

int rtp_greeting(const uint8_t *data, size_t len);
uint32_t rtp_stream(const uint8_t *data, size_t len);
void rtp_refuse(int fd, const uint8_t *data, size_t len);

#endif
