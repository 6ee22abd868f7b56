/* Detects events during an integration, from the states within its steps. */
#ifndef ALIGNODE_THEORY_EVENTS_H
#define ALIGNODE_THEORY_EVENTS_H

#include "alignode/ode.h"

struct aln_watch;

/* Given: p  kept as a pointer */
enum aln_status aln_watch_create(struct aln_watch **out, const struct aln_problem *p);
void aln_watch_free(struct aln_watch *watch);

/* Given:  events  kept as a pointer, to be filled in
 * Status: ALN_MEMORY */
enum aln_status aln_watch_set(struct aln_watch *watch, size_t count, struct aln_event *events);

/* Is there an event that has not been found? */
bool aln_watch_pending(const struct aln_watch *watch);

struct aln_watch_step {
    double t0, t1; /* an accepted step */
    bool fresh;    /* the right-hand side differs from that of the step before */
    void *context;
    /* the state at t0 <= t <= t1, and the derivatives at a state, as they are in this step */
    enum aln_status (*state)(void *context, double t, double *y);
    enum aln_status (*rate)(void *context, const double *y, double *dydt);
};
/* Searches a step for events; steps are passed in order.
 * Status: that of state() and rate() */
enum aln_status aln_watch_look(struct aln_watch *watch, const struct aln_watch_step *step);

/* Fills in the events found up to time t. */
void aln_watch_publish(struct aln_watch *watch, double t);

#endif
