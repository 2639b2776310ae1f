import { ownSoftwareBill } from "./deploy/sbom";

// `npm run sbom`: the software bill of materials, on standard output.
process.stdout.write(`${JSON.stringify(ownSoftwareBill(), null, 2)}\n`);
