import type { Metadata } from "next";
import { ApiReference } from "@/components/api-reference/reference";
import { apiDescription } from "@/lib/api/openapi";
import { requireActor } from "@/lib/auth/session";

export const metadata: Metadata = { title: "API reference" };

export default async function ApiReferencePage() {
  await requireActor();
  return <ApiReference api={apiDescription()} />;
}
