import { Scratch } from "./scratch";
import { requireActor } from "@/lib/auth/actor";
export default async function P() { await requireActor(); return <Scratch />; }
