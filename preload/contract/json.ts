/** JSON as a type and as a schema: parameters and stored blobs are no wider than this. */
import { z } from 'zod'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export const jsonSchema: z.ZodType<Json> = z.json()
