/*
 * Where a recognition model is: in the folder that was named, else under
 * models/ru or models/en in the cache folder, then in
 * ../share/sales-voice/models beside the folder of this program.
 */
#ifndef SV_MODEL_H
#define SV_MODEL_H

/* The folder of the model to use, yours to free(); NULL with EX_NOINPUT's
 * sentence when there is none. named may be NULL or empty. */
char *sv_model_find(const char *named, const char *language);

/* A path beside this program, as in "../lib/sales-voice"; yours to free(),
 * NULL when the program's own place is unknown. */
char *sv_beside(const char *relative);

#endif
