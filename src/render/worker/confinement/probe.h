// Does, once confined, what only an attacker would, to see that it is the end of the process. Only on the
// command line: no job can ask for it.
#pragma once

#include <string_view>

namespace rucola::render::worker {

/// "socket", "exec", "fork", "ptrace", "kill", "memfd"; returns if the sandbox let it happen, or does not
/// know the name.
void attempt(std::string_view forbidden);

}  // namespace rucola::render::worker
