// Bundles the entries of this folder into the folder given as first argument:
// hashed CSS and JS, fonts, pictures, one icon sprite, licences, `manifest.json`,
// and for every text a gzip and a Brotli copy beside it.  `--watch` bundles at each change.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, context } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const [DIST, MODE] = process.argv.slice(2);
const ENTRIES = ["app.js", "app.css", "build.js", "build.css"];
const COMPRESSED = new Set([".css", ".js", ".json", ".svg", ".txt"]);

const hashed = (name, content) => {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const suffix = extname(name);
  return `${basename(name, suffix)}-${hash}${suffix}`;
};

/** One SVG whose symbols are the icons that `icons.json` names, each under its own name. */
async function sprite() {
  const names = JSON.parse(await readFile(join(HERE, "icons.json"), "utf8"));
  const symbols = await Promise.all([...new Set(names)].sort().map(async (name) => {
    const file = join(HERE, "node_modules/lucide-static/icons", `${name}.svg`);
    const svg = await readFile(file, "utf8").catch(() => {
      throw new Error(`icons.json: there is no icon "${name}" in lucide-static`);
    });
    const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
  }));
  return {
    content: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`,
    names: [...new Set(names)].sort(),
  };
}

/** The licences of every library that the bundle holds a part of. */
async function licences(metafile) {
  const packages = new Set(["lucide-static"]);
  for (const input of Object.keys(metafile.inputs)) {
    const match = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (match) packages.add(match[1]);
  }
  const texts = await Promise.all([...packages].sort().map(async (name) => {
    const folder = join(HERE, "node_modules", name);
    const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const file = (await readdir(folder)).find((each) => /^(licen[cs]e|copying)/i.test(each));
    const text = file ? await readFile(join(folder, file), "utf8") : "";
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  }));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Pictures of ours: every file of `images/`, by name. */
async function pictures() {
  const folder = join(HERE, "images");
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))]));
}

/** From what esbuild made to all files by name, and the manifest from source names to those. */
async function collect({ outputFiles, metafile }) {
  const files = new Map(outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
  const manifest = { files: {}, icons: [] };
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const inputs = Object.keys(output.inputs);
    const source = output.entryPoint ?? (inputs.length === 1 ? inputs[0] : null);
    const isChunk = !output.entryPoint && [".js", ".css", ".map"].includes(extname(path));
    if (source && !isChunk && !path.endsWith(".LEGAL.txt")) {
      manifest.files[basename(source)] = basename(path);
    }
  }
  const icons = await sprite();
  manifest.icons = icons.names;
  for (const [name, content] of [["icons.svg", Buffer.from(icons.content)], ...await pictures()]) {
    manifest.files[name] = hashed(name, content);
    files.set(manifest.files[name], content);
  }
  files.set("LICENCES.txt", Buffer.from(await licences(metafile)));
  return { files, manifest };
}

const compressed = (content) => ({
  gz: gzipSync(content, { level: 9 }),
  br: brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: MODE === "--watch" ? 4 : 11 },
  }),
});

/** New files first, the manifest next, old files last: a running server never misses one. */
async function store({ files, manifest }) {
  await mkdir(DIST, { recursive: true });
  const kept = new Set(["manifest.json", ".stamp"]);
  for (const [name, content] of files) {
    const copies = COMPRESSED.has(extname(name)) ? Object.entries(compressed(content)) : [];
    for (const [file, bytes] of [[name, content], ...copies.map(([end, b]) => [`${name}.${end}`, b])]) {
      await writeFile(join(DIST, file), bytes);
      kept.add(file);
    }
  }
  await writeFile(join(DIST, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const name of await readdir(DIST)) {
    if (!kept.has(name)) await rm(join(DIST, name), { recursive: true });
  }
}

const storing = {
  name: "store",
  setup(bundler) {
    bundler.onEnd(async (result) => {
      if (result.errors.length) return;
      try {
        await store(await collect(result));
      } catch (error) {
        console.error(error.message);  // esbuild prints its own findings only
        throw error;
      }
      if (MODE === "--watch") console.log(`${new Date().toLocaleTimeString()} bundled`);
    });
  },
};

const options = {
  absWorkingDir: HERE,
  entryPoints: ENTRIES,
  outdir: DIST,
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  splitting: true,
  format: "esm",
  target: ["chrome123", "safari17.5", "firefox121"],
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  legalComments: "linked",
  logLevel: "warning",
  plugins: [storing],
};

if (MODE === "--watch") {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options).catch(() => process.exit(1));
}
