/* A zip archive into a folder, trusted with nothing. */
#ifndef MODEL_UNPACK_H
#define MODEL_UNPACK_H

/*
 * Unpacks what lies under the archive's folder `top` into the new folder
 * target. Everything must lie there, as plain files and folders, with the
 * checksums the archive gives; a path that leaves it, a link, or more than a
 * model can need is refused. 0; EX_DATAERR when the archive is bad,
 * EX_CANTCREAT, EX_IOERR. On failure part of it may be in target.
 */
int unpack_zip(const char *path, const char *top, const char *target);

/* Removes a folder and all in it; what cannot be removed stays. */
void remove_folder(const char *path);

#endif
