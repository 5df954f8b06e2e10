/* Who asks Yandex SpeechKit, to hear or to speak. */
#ifndef SV_SPEECHKIT_H
#define SV_SPEECHKIT_H

/* The header `authorization`, for sv_secret_free(): "Api-Key KEY" by
 * SV_SPEECHKIT_API_KEY, else "Bearer TOKEN" by SV_SPEECHKIT_IAM_TOKEN, of a
 * call of gRPC and of a request of HTTP alike. Read anew each time, for a token
 * in a file is renewed there. 0, EX_CONFIG. */
int sv_speechkit_authorization(char **value);

#endif
