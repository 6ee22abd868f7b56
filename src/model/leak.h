/* The slope of leaky-relu for x <= 0. */
#ifndef ALIGNODE_MODEL_LEAK_H
#define ALIGNODE_MODEL_LEAK_H

#define ALN_LEAK 0.01

#endif
