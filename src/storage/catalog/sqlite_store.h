// The standalone catalog: one SQLite file, written ahead (WAL) and synced at every commit.
//
// Threads: as catalog/store.h says. Writers queue for one connection; readers have a pool and never wait for
// writers. Several processes (the server and the command line) may have the same file open.
// Ownership: the store owns its connections. A port's bell() reads memory that belongs to one of them, so
// nobody may call it any more while the store is being destroyed.
#pragma once

#include <filesystem>
#include <memory>

#include "base/disk_room.h"
#include "base/error.h"
#include "catalog/store.h"

namespace rucola::storage {

/// Opens the database, makes it where it is missing (folders too) and brings its schema up to date. A change
/// for which the disk is too full is made once more with what `room`, which may be null, can free.
/// Errors: storage_full; internal where the file can't be opened, is no catalog or was written by a newer
/// version of the program. The public message is for the person who starts the program.
Result<std::unique_ptr<catalog::Store>> open_sqlite_store(const std::filesystem::path& database_file,
                                                          std::shared_ptr<DiskRoom> room = {});

/// For who only looks: no file is made and no byte changed, whether a server runs, has stopped or has died.
/// What would change something is internal. Errors: internal where it can't be opened, or has another schema
/// than this program's; overloaded, of a port, where another program began to use it meanwhile.
Result<std::unique_ptr<catalog::Store>> examine_sqlite_store(const std::filesystem::path& database_file);

}  // namespace rucola::storage
