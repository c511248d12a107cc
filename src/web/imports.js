// Tells emscripten which functions of the module are of the page: engine.js has them.
mergeInto(LibraryManager["library"], {
    page_progress: function () {
        return 1;
    },
});
