# Every library's reason stands in docs/dependencies.md.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)

# Debian 12 has 1.81 beside its default 1.74, under the same include path: the config packages tell them apart.
find_package(Boost 1.81.0 REQUIRED CONFIG COMPONENTS json url)

# packaging/libvips/get.sh builds one there, where the distribution's is older; it may be another than the last time.
unset(__pkg_config_checked_VIPS CACHE)
if(EXISTS ${PROJECT_SOURCE_DIR}/build/libvips)
  set(ENV{PKG_CONFIG_PATH} "${PROJECT_SOURCE_DIR}/build/libvips/lib/pkgconfig:$ENV{PKG_CONFIG_PATH}")
endif()
pkg_check_modules(VIPS REQUIRED IMPORTED_TARGET vips-cpp>=8.16 gmodule-no-export-2.0)
if(NOT VIPS_INCLUDE_DIRS)
  message(FATAL_ERROR "pkg-config knows libvips, but not where its headers are: `pkg-config --cflags vips-cpp` says why")
endif()
pkg_check_modules(HEIF REQUIRED IMPORTED_TARGET libheif>=1.13)
# Loaded by libvips in any case.
pkg_check_modules(LCMS REQUIRED IMPORTED_TARGET lcms2>=2.9)
pkg_check_modules(JXL REQUIRED IMPORTED_TARGET libjxl>=0.7)
pkg_check_modules(FFMPEG REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale)
pkg_check_modules(JPEG REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(EXIV2 REQUIRED IMPORTED_TARGET exiv2>=0.27)
pkg_check_modules(MAGIC REQUIRED IMPORTED_TARGET libmagic)
pkg_check_modules(POPPLER REQUIRED IMPORTED_TARGET poppler-glib)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)
# Text with uploaded fonts; drawings, and changes to them. librsvg brings the same libraries along.
pkg_check_modules(RSVG REQUIRED IMPORTED_TARGET librsvg-2.0>=2.54 cairo gio-2.0)
pkg_check_modules(PANGOFT2 REQUIRED IMPORTED_TARGET pangoft2>=1.48 fontconfig freetype2)
pkg_check_modules(LIBXML REQUIRED IMPORTED_TARGET libxml-2.0)
# Its pkg-config file asks for pictures and a database as well; of those that it is linked with here, it needs the last two.
find_library(DLIB_LIBRARY dlib REQUIRED)
find_library(LAPACK_LIBRARY lapack REQUIRED)
find_library(BLAS_LIBRARY blas REQUIRED)
add_library(rucola_dlib INTERFACE)
target_link_libraries(rucola_dlib INTERFACE ${DLIB_LIBRARY} ${LAPACK_LIBRARY} ${BLAS_LIBRARY})
