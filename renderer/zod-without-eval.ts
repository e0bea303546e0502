/**
 * Imported first: zod otherwise probes for `new Function` when a schema is made, which the window's content
 * security policy reports as a violation although zod swallows the error.
 */
import { z } from 'zod'

z.config({ jitless: true })
