/**
 * Imports a package or a module of the user's for the bundled command. Its own code is loaded from kept compiled code (code-cache.mjs), in which
 * Node allows no `import()`.
 */
module.exports = (name) => import(name);
