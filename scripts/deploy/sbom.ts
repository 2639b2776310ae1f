import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { licenseOf } from "../check/licenses";
import { type LockedPackage, parseLockfile } from "../check/lockfile";
import { root } from "../launch/root";

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** `pkg:npm/%40scope/name@version` (package-url). */
const purlOf = ({ name, version }: { name: string; version: string }) =>
  `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;

/** An identifier such as `MIT`, or an expression of several identifiers. */
const licenses = (license: string | null) => {
  if (!license) return {};
  return {
    licenses: [/ (AND|OR) /.test(license) ? { expression: license } : { license: { id: license } }],
  };
};

const isHttp = (url: string | undefined) => url?.startsWith("https://");

function componentOf(locked: LockedPackage) {
  const [scope, ownName] = locked.name.startsWith("@")
    ? locked.name.split("/")
    : [undefined, locked.name];
  const [algorithm, hash = ""] = locked.integrity?.split("-") ?? [];
  return {
    type: "library",
    "bom-ref": locked.path,
    ...(scope && { group: scope }),
    name: ownName,
    version: locked.version,
    scope: locked.optional || locked.devOptional ? "optional" : "required",
    ...(algorithm === "sha512" && {
      hashes: [{ alg: "SHA-512", content: Buffer.from(hash, "base64").toString("hex") }],
    }),
    ...licenses(licenseOf(locked)),
    purl: purlOf(locked),
    ...(isHttp(locked.resolved) && {
      externalReferences: [{ type: "distribution", url: locked.resolved }],
    }),
  };
}

/** Where Node finds a dependency of a package: in its own folder, or in one above. */
function resolve(name: string, from: string, paths: ReadonlySet<string>): string | null {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))
  ) {
    const path = folder ? `${folder}/node_modules/${name}` : `node_modules/${name}`;
    if (paths.has(path)) return path;
    if (!folder) return null;
  }
}

/** A UUID that depends only on the content, so that builds are reproducible. */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type Sources = { manifest: string; lockfile: string; node: string };

/**
 * The software bill of materials (CycloneDX 1.6) of the container image: the production packages of
 * the lockfile, and Node. It doesn't include the base image's Debian packages.
 */
export function softwareBill({ manifest, lockfile, node }: Sources) {
  const { name, version, license } = Manifest.parse(JSON.parse(manifest));
  const packages = parseLockfile(lockfile).filter(({ dev }) => !dev);
  const paths = new Set(packages.map(({ path }) => path));
  const own = Object.keys(
    z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(manifest))
      .dependencies,
  );
  const targets = (names: string[], from: string) =>
    names.flatMap((dependency) => resolve(dependency, from, paths) ?? []).toSorted();
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(`${manifest}\n${lockfile}\n${node}`)}`,
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": name,
        name,
        version,
        ...licenses(license),
        purl: purlOf({ name, version }),
      },
    },
    components: [
      {
        type: "platform",
        "bom-ref": "node",
        name: "node",
        version: node,
        purl: `pkg:generic/node@${node}`,
      },
      ...packages.map(componentOf),
    ],
    dependencies: [
      { ref: name, dependsOn: ["node", ...targets(own, "")] },
      ...packages.map((locked) => ({
        ref: locked.path,
        dependsOn: targets(
          Object.keys({ ...locked.dependencies, ...locked.optionalDependencies }),
          locked.path,
        ),
      })),
    ],
  };
}

/** The bill of materials of this clone and this Node. */
export const ownSoftwareBill = () =>
  softwareBill({
    manifest: readFileSync(join(root, "package.json"), "utf8"),
    lockfile: readFileSync(join(root, "package-lock.json"), "utf8"),
    node: process.versions.node,
  });
