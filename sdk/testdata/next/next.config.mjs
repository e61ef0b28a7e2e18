// The root is this folder even where a lockfile lies further up; standalone would nest its output else.
const root = import.meta.dirname;

export default { output: "standalone", outputFileTracingRoot: root, turbopack: { root } };
