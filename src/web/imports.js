// Tells emscripten which functions the page provides: engine.js has them.
mergeInto(LibraryManager["library"], {
    page_progress: function () {
        return 1;
    },
});
