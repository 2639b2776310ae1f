import { TestPanel } from "@/components/completions/test-panel";
import { ApiKeys } from "@/components/keys/api-keys";
import { requireActor } from "@/lib/auth/actor";
type P = { searchParams: Promise<Record<string, string>> };
export default async function Scratch({ searchParams }: P) {
  const { role } = await requireActor();
  const { p = "bedrock", m = "eu.amazon.nova-pro-v1:0" } = await searchParams;
  return (
    <div className="flex flex-wrap gap-6">
      <div className="w-77 max-w-full"><ApiKeys canWrite={role === "admin"} /></div>
      <div className="w-120 max-w-full"><TestPanel provider={p} modelId={m} /></div>
    </div>
  );
}
