import type { Metadata } from "next";
import { ApiContents } from "@/components/api-reference/contents";
import { apiDescription } from "@/lib/api/openapi";
import { requireActor } from "@/lib/auth/session";

export const metadata: Metadata = { title: "API reference" };

export default async function ApiReferencePage() {
  await requireActor();
  return <ApiContents api={apiDescription()} />;
}
