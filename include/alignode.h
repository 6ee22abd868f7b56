/* alignode: the dynamics of learning with feedback alignment. Includes the whole library.
 *
 *   names.h status.h config.h   tables of named things, errors, version
 *   activation.h rule.h         things chosen by name; a program may supply its own
 *   problem.h rates.h state.h   a two-layer problem (from text, a file or by hand) and its state
 *   ode.h stepper.h             its order-parameter equations and their integration
 *   deep_ode.h                  deep linear networks: the equations of their alignment
 *   manifold.h                  inputs that latent variables are folded into
 *   early.h fixed.h             the early-time law; fixed points and their stability
 *   geometry.h                  how the update of a rule lies to the gradient
 *   fluctuations.h              error bars from theory: the scatter and bias of runs at finite N
 *   chain.h sgd.h               simulations at finite N
 *   random.h table.h            named random streams; results as tab-separated text
 *   command.h named.h           whole commands, and matrices by name, for other languages
 * and, if built with deep networks (ALN_DEEP):
 *   network.h layer.h loss.h feedback.h optimiser.h   networks that learn
 *   dataset.h measure.h archive.h         what they learn; measures; weights in files
 *
 * Each header documents its functions. The folder examples has example programs. */
#ifndef ALIGNODE_H
#define ALIGNODE_H

#include "alignode/config.h"

#include "alignode/activation.h"
#include "alignode/chain.h"
#include "alignode/command.h"
#include "alignode/deep_ode.h"
#include "alignode/early.h"
#include "alignode/fixed.h"
#include "alignode/fluctuations.h"
#include "alignode/geometry.h"
#include "alignode/manifold.h"
#include "alignode/named.h"
#include "alignode/names.h"
#include "alignode/ode.h"
#include "alignode/problem.h"
#include "alignode/random.h"
#include "alignode/rates.h"
#include "alignode/rule.h"
#include "alignode/sgd.h"
#include "alignode/state.h"
#include "alignode/status.h"
#include "alignode/stepper.h"
#include "alignode/table.h"

#ifdef ALN_DEEP
#include "alignode/archive.h"
#include "alignode/dataset.h"
#include "alignode/feedback.h"
#include "alignode/layer.h"
#include "alignode/loss.h"
#include "alignode/measure.h"
#include "alignode/network.h"
#include "alignode/optimiser.h"
#endif

#endif
